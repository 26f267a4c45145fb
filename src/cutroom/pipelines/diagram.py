"""A recipe's graph as a picture, in the language that Mermaid draws."""

from __future__ import annotations

from cutroom.jobs.recipes import Graph, Node
from cutroom.jobs.runs import title_of


def draw_graph(graph: Graph) -> str:
    """Write a graph as a flowchart: stages as boxes, one for each item as doubled boxes, rows as a drum.

    An arrow that others imply is left out.
    """
    behind: dict[str, set[str]] = {}
    arrows = []
    for node in graph.nodes.values():  # in the order that they were traced, so after all that they wait for
        near = node.waits_for()
        far = set().union(*(behind[key] for key in near))
        behind[node.key] = near | far
        arrows += [f"    {key} --> {node.key}" for key in graph.nodes if key in near - far]
    return "\n".join(["flowchart TD", *(f"    {_draw(node)}" for node in graph.nodes.values()), *arrows]) + "\n"


def _draw(node: Node) -> str:
    opened, closed = ("[[", "]]") if node.items is not None else ("[(", ")]") if node.stage.records else ("[", "]")
    title = title_of(node.stage).replace('"', "#quot;")
    return f'{node.key}{opened}"{title}"{closed}'
