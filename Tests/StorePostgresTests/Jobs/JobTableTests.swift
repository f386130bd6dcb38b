import BulkModel
import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

@Suite("Job tables in PostgreSQL", .serialized)
struct JobTableTests {
    private static func job(_ id: String, tenant: String = "t", state: JobState = .open) -> Job {
        let spec = JobSpec(tenant: TenantID(tenant), dialect: "d", operation: .insert, table: "t")
        return Job(id: JobID(id), spec: spec, state: state, createdAt: Timestamp(unixSeconds: 1))
    }

    @Test("of jobs that come at the same time over several nodes no more are taken than the tenant may have")
    func limit() async throws {
        let fixture = try await PostgresFixture()
        let other = try await PostgresStore.open(url: fixture.url, limits: Limits())
        defer { other.close() }
        let taken = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<12 {
                let store = number % 2 == 0 ? fixture.postgres : other
                group.addTask {
                    do throws(StoreError) {
                        try await store.insert(Self.job("job-\(number)"), activeMax: 5)
                        return true
                    } catch { return error.code != .tooManyJobs }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 5)
        try #expect(await fixture.postgres.jobs(JobFilter(limit: 99)).count == 5)
    }

    @Test("U+0000, which PostgreSQL has no room for, is shown by its picture")
    func noCharacter() async throws {
        let fixture = try await PostgresFixture()
        let store = fixture.postgres
        var job = Self.job("a")
        job.reason = Job.Reason(code: .invalidValue, message: "\"x\0y\" is not a number")
        try await store.insert(job, activeMax: 1)
        try #expect(await store.job(job.id)?.reason?.message == "\"x\u{2400}y\" is not a number")
        try #expect(await store.job(JobID("a\0")) == nil)
    }

    @Test("a job goes on being cut where its records without outcome begin")
    func cutRecord() async throws {
        let fixture = try await PostgresFixture()
        let store = fixture.postgres
        var job = Self.job("a", state: .inProgress)
        job.nextRecord = 41
        try await store.insert(job, activeMax: 1)
        try #expect(await store.cutPlace(of: job.id) == CutPlace(record: 41, openCount: 0))
    }

    @Test("while the database is away calls are busy, and afterwards the same store goes on")
    func away() async throws {
        let cluster = try await PostgresCluster.make()
        let store = try await PostgresStore.open(url: cluster.createDatabase(), limits: Limits())
        defer { store.close() }
        try await store.insert(Self.job("a"), activeMax: 1)
        try await cluster.stop(immediate: true)
        for _ in 0..<3 {
            let error = await #expect(throws: StoreError.self) { try await store.job(JobID("a")) }
            #expect(error?.code == .busy)
        }
        try await cluster.start()
        try #expect(await store.job(JobID("a")) != nil)
    }

    @Test("no index of the jobs has a column that each chunk changes")
    func indexes() async throws {
        let fixture = try await PostgresFixture()
        let rows = try await fixture.rows(
            """
            SELECT DISTINCT attname FROM pg_attribute WHERE attrelid IN (
                SELECT indexrelid FROM pg_index WHERE indrelid = 'breakbulk.jobs'::regclass)
            """)
        let indexed = Set(rows.flatMap { $0 })
        // A job ends once.
        #expect(indexed == ["created_at", "ended_at", "id", "parent", "tenant"])
    }
}
