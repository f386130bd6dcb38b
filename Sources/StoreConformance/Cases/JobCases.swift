import BulkModel
import Engine

/// Jobs: kept whole, listed in order, changed atomically, bounded a tenant.
enum JobCases {
    static let all = [
        ConformanceCase("a job comes back as it was inserted, every field of it") { fixture in
            var spec = JobSpec(
                tenant: TenantID("tenant 'x'"), dialect: "bulk-jobs", operation: .upsert, table: "customers",
                format: .json, compression: .gzip, query: "SELECT 1", key: "email", delimiter: 59,
                emptyIs: .null,
                chunkRecords: 7)
            spec.table = "čustomers"
            spec.queryTables = ["b", "a,c"]
            var job = Job(id: JobID("bulk-job-9"), spec: spec, state: .failed, createdAt: Bench.now)
            job.counts.read = 9
            job.counts.add(.created, count: 3)
            job.counts.add(.updated, count: 1)
            job.counts.add(.unchanged, count: 1)
            job.counts.add(.deleted, count: 1)
            job.counts.add(.error, count: 2)
            job.errorCounts = [.duplicateKey: 1, .missingValue: 1]
            job.upload = Upload(
                byteCount: 5, digest: "ab", header: ["a,b", "", "č"], delimiter: 59, endsLinesWithCR: true)
            job.nextRecord = 9
            job.reason = Job.Reason(code: .jobExpired, message: "too \"late\"")
            job.closedAt = Timestamp(microseconds: 1)
            job.startedAt = Timestamp(microseconds: -2)
            job.endedAt = Timestamp(microseconds: 3)
            job.isSwept = true
            try await fixture.store.insert(job, activeMax: 1)
            try expect(try await fixture.store.job(job.id), job, "the job")
        },
        ConformanceCase("an unknown job is nil, and changing or sweeping it is jobNotFound") { fixture in
            let store = fixture.store
            try expect(try await store.job(JobID("none")), nil, "the job")
            try await expect(.jobNotFound, "change") { () throws(StoreError) in
                _ = try await store.change(JobID("none")) { _ in nil }
            }
            try await expect(.jobNotFound, "sweep") { () throws(StoreError) in
                try await store.sweep(JobID("none"))
            }
        },
        ConformanceCase("jobs are listed newest first, page by page, without gap or repeat") { fixture in
            for number in 0..<7 {
                let time = Timestamp(unixSeconds: Int64(number / 2))
                try await fixture.store.insert(Bench.job("job-\(number)", createdAt: time), activeMax: 100)
            }
            var seen: [String] = []
            var filter = JobFilter(limit: 3)
            while true {
                let page = try await fixture.store.jobs(filter)
                guard let last = page.last else { break }
                seen += page.map(\.id.text)
                filter.before = JobFilter.Cursor(createdAt: last.createdAt, id: last.id)
            }
            try expect(seen, (0..<7).reversed().map { "job-\($0)" }, "the ids")
        },
        ConformanceCase("lists keep to tenant, states and times") { fixture in
            let store = fixture.store
            var ended = Bench.job("ended", state: .jobComplete)
            ended.endedAt = Timestamp(unixSeconds: 100)
            var swept = Bench.job("swept", state: .aborted)
            swept.endedAt = Timestamp(unixSeconds: 50)
            swept.isSwept = true
            let young = Bench.job("young", state: .open, createdAt: Bench.now + .seconds(10))
            for job in [ended, swept, young, Bench.job("other", tenant: "u")] {
                try await store.insert(job, activeMax: 10)
            }
            func ids(_ change: (inout JobFilter) -> Void) async throws -> [String] {
                var filter = JobFilter(limit: 10)
                change(&filter)
                return try await store.jobs(filter).map(\.id.text).sorted()
            }
            try expect(try await ids { $0.tenant = TenantID("u") }, ["other"], "tenant")
            try expect(try await ids { $0.states = [.open, .aborted] }, ["swept", "young"], "states")
            try expect(try await ids { $0.states = [] }, [], "no states")
            try expect(try await ids { $0.endedBefore = Timestamp(unixSeconds: 100) }, ["swept"], "ended")
            try expect(
                try await ids { $0.createdBefore = Bench.now + .seconds(1) }, ["ended", "other", "swept"],
                "created")
            try expect(
                try await ids {
                    $0.endedBefore = Timestamp(unixSeconds: 101)
                    $0.excludesSwept = true
                }, ["ended"], "not swept")
        },
        ConformanceCase(
            "a tenant with activeMax unfinished jobs gets no more, others do, ended ones don't count"
        ) {
            fixture in
            let store = fixture.store
            try await store.insert(Bench.job("a"), activeMax: 2)
            try await store.insert(Bench.job("b", state: .open), activeMax: 2)
            try await expect(.tooManyJobs, "third") { () throws(StoreError) in
                try await store.insert(Bench.job("c"), activeMax: 2)
            }
            try expect(try await store.job(JobID("c")), nil, "the refused job")
            try await store.insert(Bench.job("d", tenant: "u"), activeMax: 2)
            _ = try await store.change(JobID("a")) { job in
                job.state = .aborted
                return nil
            }
            try await store.insert(Bench.job("e"), activeMax: 2)
        },
        ConformanceCase("a change that refuses writes nothing, one that agrees is kept") { fixture in
            try await fixture.store.insert(Bench.job("a", state: .open), activeMax: 2)
            let refusal = Refusal(.jobStateConflict, "no")
            let refused = try await fixture.store.change(JobID("a")) { job in
                job.state = .aborted
                return refusal
            }
            try expect(refused, .failure(refusal), "the answer")
            try expect(try await fixture.store.job(JobID("a"))?.state, .open, "the state")
            let changed = try await fixture.store.change(JobID("a")) { job in
                job.state = .uploadComplete
                return nil
            }
            try expect(try changed.get().state, .uploadComplete, "the answer's state")
            try expect(try await fixture.store.job(JobID("a")), try changed.get(), "the job")
        },
        ConformanceCase("changes made at once all count") { fixture in
            try await fixture.store.insert(Bench.job("a"), activeMax: 2)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        _ = try await fixture.store.change(JobID("a")) { job in
                            job.counts.read += 1
                            return nil
                        }
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await fixture.store.job(JobID("a"))?.counts.read, 20, "the sum")
        },
    ]
}
