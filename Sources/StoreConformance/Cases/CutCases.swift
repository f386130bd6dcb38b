import BulkModel
import Engine

/// Cutting: chunk behind chunk, once each, by whoever comes first, tenants in turn.
enum CutCases {
    static let all = [
        ConformanceCase("chunks are cut one behind another, and the place to go on is known") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 9)
            try expect(
                try await bench.store.cutPlace(of: bench.job), CutPlace(record: 1, openCount: 0), "at first")
            try await bench.cut(1..<4, 4..<9)
            try expect(
                try await bench.store.cutPlace(of: bench.job), CutPlace(record: 9, openCount: 2), "then")
            try await expect(.jobNotFound, "no such job") { () throws(StoreError) in
                _ = try await bench.store.cutPlace(of: JobID("none"))
            }
        },
        ConformanceCase("what was cut already, lies further on, or is empty is not cut") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 9)
            try await bench.cut(1..<4)
            for records in [1..<4, 1..<9, 3..<5, 5..<6, 4..<4] {
                try expect(
                    try await bench.store.cut(records, of: bench.job, openMax: 9), false, "\(records)")
            }
            try expect(
                try await bench.store.cutPlace(of: bench.job), CutPlace(record: 4, openCount: 1), "the place")
        },
        ConformanceCase("no more than openMax chunks are open, and a committed one makes room") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 9)
            try await bench.cut(1..<4, 4..<7)
            let store = bench.store
            try expect(try await store.cut(7..<10, of: bench.job, openMax: 2), false, "a third of two")
            _ = try await bench.lease(1..<4).apply(bench.chunk(1..<4))
            try expect(try await store.cut(7..<10, of: bench.job, openMax: 2), "once there is room")
        },
        ConformanceCase("a job that is not in progress is not cut") { fixture in
            let store = try SharedBench.store(fixture)
            for state in JobState.allCases where state != .inProgress {
                let id = JobID("job-\(state.rawValue)")
                try await store.insert(Bench.job(id.text, state: state, read: 9), activeMax: 9)
                try expect(try await store.cut(1..<4, of: id, openMax: 9), false, state.rawValue)
            }
        },
        ConformanceCase("of many who cut at the same place one does") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 90)
            let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                for count in 1...8 {
                    group.addTask { try await bench.store.cut(1..<1 + count, of: bench.job, openMax: 9) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expect(wins, 1, "cuts")
            try expect(try await bench.store.cutPlace(of: bench.job).openCount, 1, "open chunks")
        },
        ConformanceCase("tenants take turns, and so do a tenant's jobs") { fixture in
            let store = try SharedBench.store(fixture)
            for (index, name) in ["a1", "a2", "a3", "b1"].enumerated() {
                let created = Timestamp(unixSeconds: Int64(index))
                let job = Bench.job(name, tenant: String(name.prefix(1)), read: 99, createdAt: created)
                try await store.insert(job, activeMax: 9)
            }
            var order: [String] = []
            for _ in 0..<8 {
                guard let job = try await store.turns(limit: 9).first else { break }
                let place = try await store.cutPlace(of: job.id).record
                try expect(try await store.cut(place..<place + 1, of: job.id, openMax: 99), "a cut")
                order.append(job.id.text)
            }
            try expect(order, ["a1", "b1", "a2", "b1", "a3", "b1", "a1", "b1"], "the turns")
        },
        ConformanceCase("a tenant's many small jobs do not come before another tenant's big one") { fixture in
            let store = try SharedBench.store(fixture)
            for name in ["a1", "a2", "a3", "b1"] {
                try await store.insert(
                    Bench.job(name, tenant: String(name.prefix(1)), read: 99), activeMax: 9)
            }
            var tenants: [String] = []
            for _ in 0..<6 {
                guard let job = try await store.turns(limit: 9).first else { break }
                let place = try await store.cutPlace(of: job.id).record
                try expect(try await store.cut(place..<place + 1, of: job.id, openMax: 99), "a cut")
                tenants.append(job.spec.tenant.text)
                guard job.spec.tenant.text == "a" else { continue }
                _ = try await store.change(job.id, JobMachine.change(.abort, at: Bench.now))
            }
            try expect(tenants, ["a", "b", "a", "b", "a", "b"], "whose turn it was")
        },
        ConformanceCase("a turn that is passed counts as one, and an unknown job's as nothing") { fixture in
            let store = try SharedBench.store(fixture)
            for (index, name) in ["a1", "a2", "b1"].enumerated() {
                let created = Timestamp(unixSeconds: Int64(index))
                let job = Bench.job(name, tenant: String(name.prefix(1)), read: 9, createdAt: created)
                try await store.insert(job, activeMax: 9)
            }
            var order: [String] = []
            for _ in 0..<4 {
                guard let job = try await store.turns(limit: 9).first else { break }
                try await store.passTurn(of: job.id)
                try await store.passTurn(of: JobID("none"))
                order.append(job.id.text)
            }
            try expect(order, ["a1", "b1", "a2", "b1"], "the turns")
            try expect(try await store.cutPlace(of: JobID("a1")).openCount, 0, "nothing was cut")
        },
        ConformanceCase("only write jobs that are closed and have not ended have turns") { fixture in
            let store = try SharedBench.store(fixture)
            for state in JobState.allCases {
                try await store.insert(Bench.job("job-\(state.rawValue)", state: state), activeMax: 9)
            }
            try await store.insert(Bench.job("query", operation: .query), activeMax: 9)
            for source in [JobSource.selection, .stream] {
                try await store.insert(Bench.job(source.rawValue, source: source), activeMax: 9)
            }
            let names = try await store.turns(limit: 9).map(\.id.text).sorted()
            try expect(names, ["job-inProgress", "job-uploadComplete"], "the jobs")
            try expect(try await store.turns(limit: 1).count, 1, "at most as many as asked for")
        },
    ]
}
