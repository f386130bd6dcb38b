import StoreConformance
import Testing

@Suite("SQLite keeps what a store promises", .serialized)
struct ConformanceTests {
    @Test("the suite", arguments: StoreConformance.cases)
    func promise(_ promise: ConformanceCase) async throws {
        try await promise.run(SQLiteFixture())
    }
}
