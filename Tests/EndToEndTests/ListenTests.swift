import Foundation
import Testing

@Suite("Where a server listens", .serialized, .timeLimit(.minutes(5)))
struct ListenTests {
    @Test(
        "an address that cannot be had is named, with what to do",
        arguments: [("127.0.0.1", nil), ("192.0.2.1", "no such address")] as [(String, String?)])
    func refused(host: String, words: String?) async throws {
        let bench = try await TestBench()
        let first = try await bench.start()
        let address = "\(host):\(first.port)"
        let second = try await Binary.run(
            ["serve", "--listen", address, "--database", "sqlite:\(bench.folder.path)/other.db"],
            in: bench.folder.path)
        #expect(second.status == 3)
        #expect(second.errors.contains(address), "\(second.errors)")
        #expect(second.errors.contains(words ?? "another program"), "\(second.errors)")
        #expect(second.errors.contains("--listen"))
        #expect(try await bench.client(first).send("GET", "/bulk/jobs").status == 200)
    }
}
