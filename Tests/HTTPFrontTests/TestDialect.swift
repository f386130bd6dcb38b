import BulkModel
import Dialects
import Engine

/// Routes that show how the server treats any dialect.
struct TestDialect: Dialect {
    struct Broken: Error {}

    var routes: [Route] {
        [
            Route(.get, "/hello", needsCredential: false) { _ throws(Refusal) in Self.text("hello") },
            Route(.get, "/large", needsCredential: false) { _ throws(Refusal) in
                Self.text(String(repeating: "hello", count: 1000))
            },
            Route(.get, "/wrong", needsCredential: false, envelope: .error) { _ throws(Refusal) in
                throw Refusal(.recordNotFound, "None.")
            },
            Route(.get, "/stream", needsCredential: false) { _ throws(Refusal) in
                Answer(
                    status: 200,
                    body: .stream { sink in
                        for part in ["one,", "two,", "three"] { try await sink(Array(part.utf8)) }
                    })
            },
            Route(.get, "/broken", needsCredential: false) { _ throws(Refusal) in
                Answer(
                    status: 200,
                    body: .stream { sink in
                        try await sink(Array("half".utf8))
                        throw Broken()
                    })
            },
            Route(.put, "/count", needsCredential: false) { call throws(Refusal) in
                Self.text("\(try await Self.count(call.body)) bytes")
            },
            Route(.put, "/refuse", needsCredential: false) { _ throws(Refusal) in
                throw Refusal(.forbidden, "No.")
            },
            Route(.get, "/fault", needsCredential: false) { _ throws(Refusal) in
                throw Refusal(.internalError, "secret details")
            },
            Route(.get, "/who/{name}") { call throws(Refusal) in
                Self.text("\(try call.requireCaller().tenant) \(try call.parameter("name"))")
            },
        ]
    }

    private static func text(_ text: String) -> Answer {
        Answer(status: 200, headers: [Header("Content-Type", "text/plain")], body: .bytes(Array(text.utf8)))
    }

    private static func count(_ body: ByteSequence) async throws(Refusal) -> Int {
        var count = 0
        do {
            for try await part in body { count += part.count }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.internalError, "\(error)")
        }
        return count
    }
}
