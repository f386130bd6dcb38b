import BulkModel
import Engine
import Formats
import Foundation
import StoreSQLite
import Synchronization
import Testing

@testable import Dialects

/// Routes that keep their answers, over a SQLite file.
@Suite("Answers are kept for idempotency keys", .timeLimit(.minutes(1)))
struct ReplyKeeperTests {
    private final class Place: Sendable {
        let folder = URL.temporaryDirectory.appending(path: "breakbulk-replies-\(UUID().uuidString)")
        let store: SQLiteStore
        let engine: BulkEngine
        let runs = Mutex(0)

        init(limits: Limits = Limits()) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            store = try SQLiteStore.open(path: folder.appending(path: "data.db").path, limits: limits)
            engine = BulkEngine(
                store: store, limits: limits, uploads: folder.path, rules: [:],
                clock: WallClock { Timestamp(unixSeconds: 1_769_680_800) }, makeDigest: { PlainDigest() },
                observe: { _ in })
        }

        deinit {
            store.close()
            // Only a temporary folder is left behind when this fails.
            try? FileManager.default.removeItem(at: folder)
        }

        /// A route that counts its runs and answers with what it read.
        func route(
            isStreamed: Bool = false, answer: @escaping @Sendable (Int, [UInt8]) throws(Refusal) -> Answer
        ) -> Route {
            let replies: ReplyKeeping = isStreamed ? .keptWhileRead(by: engine) : .kept(by: engine)
            return Route(.post, "/v1/x", envelope: .error, replies: replies) { call throws(Refusal) in
                let bytes = try await call.bytes()
                let run = self.runs.withLock { runs in
                    runs += 1
                    return runs
                }
                return try answer(run, bytes)
            }
        }

        func call(_ key: String?, body: String = "{}", tenant: String = "t", credential: String = "k") -> Call
        {
            Call(
                method: .post, path: "/v1/x",
                headers: HeaderFields(key.map { [("Idempotency-Key", $0)] } ?? []),
                caller: Caller(credential: credential, tenant: TenantID(tenant), scopes: [.admin]),
                body: HeldBody(bytes: Array(body.utf8)), baseURL: "", requestID: "r", limits: Limits())
        }
    }

    private static func text(_ answer: Answer) -> String {
        if case .bytes(let bytes) = answer.body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    private static func isReplayed(_ answer: Answer) -> Bool {
        answer.headers.contains(Header("Idempotent-Replayed", "true"))
    }

    @Test("a request is answered once, with status, header lines and body", arguments: [false, true])
    func once(isStreamed: Bool) async throws {
        let place = try Place()
        let route = place.route(isStreamed: isStreamed) { run, bytes throws(Refusal) in
            Answer(
                status: 201, headers: [Header("Location", "/x/\(run)")],
                body: .bytes(bytes + Array("\(run)".utf8)))
        }
        let first = try await route.answer(place.call("a", body: "[1]")).get()
        let again = try await route.answer(place.call("\"a\"", body: "[1]")).get()
        #expect(Self.text(first) == "[1]1" && !Self.isReplayed(first))
        #expect(Self.text(again) == "[1]1" && Self.isReplayed(again))
        #expect(again.status == 201 && again.headers.contains(Header("Location", "/x/1")))
        #expect(place.runs.withLock { $0 } == 1)
        let reused = await route.answer(place.call("a", body: "[2]"))
        let refusal = #expect(throws: Refusal.self) { try reused.get() }
        #expect(refusal?.code == .keyReused)
        #expect(refusal?.message.contains("2026-01-29T10:00:00Z") == true)
    }

    @Test("without a key nothing is kept, and another tenant's or credential's key is another one")
    func scopes() async throws {
        let place = try Place()
        let route = place.route { run, _ throws(Refusal) in .json(.integer(Int64(run))) }
        for call in [
            place.call(nil), place.call(nil), place.call("a"), place.call("a", tenant: "u"),
            place.call("a", credential: "l"), place.call("b"),
        ] {
            #expect(try await !Self.isReplayed(route.answer(call).get()))
        }
        #expect(place.runs.withLock { $0 } == 6)
    }

    @Test("while a request is answered its key is in use, afterwards it has the answer")
    func inUse() async throws {
        let place = try Place()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let route = Route(.post, "/v1/x", replies: .kept(by: place.engine)) { _ throws(Refusal) in
            begin.finish()
            for await _ in ended {}
            return .json("done")
        }
        async let first = route.answer(place.call("a"))
        for await _ in begun {}
        let second = await #expect(throws: Refusal.self) { try await route.answer(place.call("a")).get() }
        #expect(second?.code == .keyInUse)
        #expect(second?.retryAfterSeconds == 1)
        end.finish()
        #expect(try await !Self.isReplayed(first.get()))
        #expect(try await Self.isReplayed(route.answer(place.call("a")).get()))
    }

    @Test("a refusal about the work is kept, in the route's envelope, one about the moment is not")
    func refusals() async throws {
        let place = try Place()
        let route = place.route { run, _ throws(Refusal) in
            let passing = [1: ErrorCode.serviceUnavailable, 2: .lockedRecord]
            throw Refusal(passing[run] ?? .recordNotFound, "none \(run)")
        }
        for code in [ErrorCode.serviceUnavailable, .lockedRecord] {
            let passing = await #expect(throws: Refusal.self) {
                try await route.answer(place.call("a")).get()
            }
            #expect(passing?.code == code)
        }
        let kept = try await route.answer(place.call("a")).get()
        #expect(kept.status == 404 && Self.text(kept).contains("\"error\":{\"code\":\"RECORD_NOT_FOUND\""))
        let again = try await route.answer(place.call("a")).get()
        #expect(Self.isReplayed(again) && Self.text(again) == Self.text(kept))
    }

    @Test("an answer too large to keep is not given again, and its work is not done again")
    func large() async throws {
        var limits = Limits()
        limits.replyBytesMax = 100
        let place = try Place(limits: limits)
        let route = place.route { _, _ throws(Refusal) in
            .json(.string(String(repeating: "x", count: 200)), status: 207)
        }
        #expect(try await Self.text(route.answer(place.call("a")).get()).count > 200)
        let again = try await route.answer(place.call("a")).get()
        #expect(again.status == 207 && Self.isReplayed(again))
        #expect(Self.text(again).contains("\"answer_kept\":false"))
        #expect(place.runs.withLock { $0 } == 1)
    }

    @Test("a route that streams refuses the key and says what to do")
    func refused() async throws {
        let place = try Place()
        let route = Route(.post, "/v1/x", replies: .refused("Use cursors.")) { _ throws(Refusal) in
            .json("done")
        }
        let refusal = await #expect(throws: Refusal.self) { try await route.answer(place.call("a")).get() }
        #expect(refusal?.code == .invalidRequest && refusal?.message.contains("Use cursors.") == true)
        #expect(try await route.answer(place.call(nil)).get().status == 200)
    }
}
