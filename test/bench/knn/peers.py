"""One search by FAISS or scikit-learn, described by a JSON argument; prints what compare.ts reads."""
import json
import resource
import sys
import time

import numpy

job = json.loads(sys.argv[1])
columns, k = job["columns"], job["k"]
itself = job["queries"] == 0
reference = numpy.fromfile(job["referenceFile"], dtype=numpy.float32).reshape(-1, columns)
queries = reference if itself else numpy.fromfile(job["queryFile"], dtype=numpy.float32).reshape(-1, columns)
radius = job.get("radius")
repetitions = 3


def faiss_search():
    import faiss

    faiss.omp_set_num_threads(job["threads"])
    index = faiss.IndexFlatL2(columns)
    index.add(reference)
    if radius is None:
        return lambda: numpy.sqrt(index.search(queries, k + itself)[0])

    def within():
        limits, distances, _ = index.range_search(queries, radius * radius)
        return [numpy.sort(numpy.sqrt(distances[limits[i]:limits[i + 1]])) for i in range(len(queries))]

    return within


def sklearn_search(algorithm):
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(algorithm=algorithm, n_jobs=job["threads"]).fit(reference)
    if radius is None:
        return lambda: model.kneighbors(queries, k + itself)[0]
    return lambda: [numpy.sort(row) for row in model.radius_neighbors(queries, radius)[0]]


engines = {
    "faiss": faiss_search,
    "sklearn": lambda: sklearn_search("brute"),
    "sklearn-tree": lambda: sklearn_search("kd_tree"),
}
start = time.perf_counter()
search = engines[job["engine"]]()
prepared = time.perf_counter() - start
times = []
for _ in range(repetitions):
    start = time.perf_counter()
    found = search()
    times.append(time.perf_counter() - start)
rows = [[float(x) for x in row[int(itself):]] for row in found[:job["compared"]]]
counts = [] if radius is None else [len(row) for row in rows]
print(json.dumps({
    "seconds": min(times),
    "result": counts + [x for row in rows for x in row],
    "note": f"prepared in {prepared:.3f} s",
    "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
