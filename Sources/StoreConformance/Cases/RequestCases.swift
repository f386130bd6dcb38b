import BulkModel
import Engine

/// What is kept beside jobs, and how many jobs of a kind a tenant may have.
enum RequestCases {
    static let all = [
        ConformanceCase("a request is kept beside its job, byte by byte, until the job is swept") { fixture in
            let store = fixture.store
            let body: [UInt8] = [0, 255, 123, 34, 10]
            try await store.insert(Bench.job("a", source: .selection), request: body, activeMax: 9)
            try await store.insert(Bench.job("b", source: .selection), request: [], activeMax: 9)
            try await store.insert(Bench.job("c"), activeMax: 9)
            try expect(try await store.request(of: JobID("a")), body, "the request")
            try expect(try await store.request(of: JobID("b")), [], "an empty one")
            try expect(try await store.request(of: JobID("c")), nil, "none")
            for id in ["a", "b"] {
                _ = try await store.change(JobID(id)) { job in
                    job.state = .aborted
                    return nil
                }
            }
            try await store.sweep(JobID("a"))
            try expect(try await store.request(of: JobID("a")), nil, "the swept job's")
            try expect(try await store.request(of: JobID("b")), [], "the other's")
        },
        ConformanceCase("where a job's records come from is kept") { fixture in
            for source in JobSource.allCases {
                let job = Bench.job("job-\(source.rawValue)", source: source)
                try await fixture.store.insert(job, activeMax: 9)
                try expect(try await fixture.store.job(job.id), job, "the job")
            }
        },
        ConformanceCase("streams and uploads of a tenant are counted apart") { fixture in
            let store = fixture.store
            try await store.insert(Bench.job("upload"), activeMax: 1)
            try await store.insert(Bench.job("selection", source: .selection), activeMax: 2)
            try await store.insert(Bench.job("stream", source: .stream), activeMax: 2)
            for source in [JobSource.selection, .stream] {
                try await expect(.tooManyJobs, "third stream") { () throws(StoreError) in
                    try await store.insert(
                        Bench.job("more", source: source), request: [1], activeMax: 2)
                }
            }
            try expect(try await store.job(JobID("more")), nil, "the refused job")
            try expect(try await store.request(of: JobID("more")), nil, "the refused job's request")
            try await expect(.tooManyJobs, "second upload") { () throws(StoreError) in
                try await store.insert(Bench.job("upload-2"), activeMax: 1)
            }
            try await store.insert(Bench.job("query", operation: .query), activeMax: 2)
        },
    ]
}
