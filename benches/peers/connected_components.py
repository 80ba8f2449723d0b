"""Connected components of the same pairs by scipy or networkx.

usage: connected_components.py scipy|networkx EDGES
The file is little-endian u32: the number of vertices, then pairs.
"""

import sys

import numpy


def main() -> None:
    peer, path = sys.argv[1:]
    words = numpy.fromfile(path, dtype="<u4")
    vertices, pairs = int(words[0]), words[1:].reshape(-1, 2)
    if peer == "scipy":
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        ones = numpy.ones(len(pairs), dtype=numpy.int8)
        graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(vertices, vertices))
        components = connected_components(graph, directed=False)[0]
    else:
        import networkx

        graph = networkx.Graph()
        graph.add_nodes_from(range(vertices))
        graph.add_edges_from(pairs.tolist())
        components = networkx.number_connected_components(graph)
    print(f"vertices {vertices}\ncomponents {components}")


main()
