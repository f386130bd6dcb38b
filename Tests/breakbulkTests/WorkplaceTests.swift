import Testing

@testable import breakbulk

@Suite("What runs jobs while a command waits", .timeLimit(.minutes(1)))
struct WorkplaceTests {
    private struct Broken: Error {}

    /// Lasts until it is cancelled.
    private static let endless = LoopService { for await _ in AsyncStream<Void>.makeStream().stream {} }

    @Test("a service that fails ends a command that would wait for ever, with the cause")
    func failure() async {
        let failure = await #expect(throws: CommandFailure.self) {
            try await Workplace.run(
                { () async throws(CommandFailure) in
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                },
                beside: [Self.endless, LoopService { throw Broken() }])
        }
        #expect(failure?.message.contains("Broken") == true)
        #expect(failure?.status == .refused)
    }

    @Test("a command that is done ends the services, and its own outcome counts")
    func outcome() async throws {
        let value = try await Workplace.run(
            { () async throws(CommandFailure) in 7 }, beside: [Self.endless])
        #expect(value == 7)
        await #expect(throws: CommandFailure(.usage, "wrong")) {
            try await Workplace.run(
                { () async throws(CommandFailure) in throw CommandFailure(.usage, "wrong") },
                beside: [Self.endless])
        }
    }
}
