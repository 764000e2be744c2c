"""Ask the tools of `offlabel mcp` one question: mcp_client.py TOOL NAME=VALUE ..."""

import json
import os
import sys

import anyio
from mcp import Client, StdioServerParameters


async def ask(tool: str, given: dict[str, str]) -> None:
    """Start the server, call a tool and print what it answers."""
    server = StdioServerParameters(command="offlabel", args=["mcp"], env=dict(os.environ))
    async with Client(server) as client:
        result = await client.call_tool(tool, given)
        if result.is_error:
            print(getattr(result.content[0], "text", ""))
        else:
            print(json.dumps(result.structured_content, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    anyio.run(ask, sys.argv[1], dict(each.split("=", 1) for each in sys.argv[2:]))
