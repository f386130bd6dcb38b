import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

extension BulkClient {
    /// A bulk-process (spec 000), read to its end or, when `linesMax` is given, until so many lines are there: then the
    /// connection is dropped. A connection that breaks ends the answer, which then is not whole.
    func process(
        _ body: String, table: String = "orders", query: String = "", linesMax: Int = .max,
        headers: [String: String] = [:]
    ) async throws -> OutcomeStreamAnswer {
        var request = request(table: table, query: query)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.body = .bytes(Array(body.utf8))
        return try await read(request, linesMax: linesMax)
    }

    /// As `process`, for a body that goes on with an operation from a cursor alone.
    func resume(
        _ cursor: String, table: String = "orders", linesMax: Int = .max
    ) async throws -> OutcomeStreamAnswer {
        try await process(#"{"resumeFrom": "\#(cursor)"}"#, table: table, linesMax: linesMax)
    }

    /// As `process`, for NDJSON records that are sent as the pieces come; `onLine` sees each line when it is there.
    func ingest(
        _ pieces: AsyncStream<ByteBuffer>, table: String, query: String,
        onLine: @escaping @Sendable (OutcomeLine) -> Void = { _ in }
    ) async throws -> OutcomeStreamAnswer {
        var request = request(table: table, query: query)
        request.headers.replaceOrAdd(name: "Content-Type", value: "application/x-ndjson")
        request.body = .stream(pieces, length: .unknown)
        return try await read(request, linesMax: .max, onLine: onLine)
    }

    private func request(table: String, query: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "\(url)/v1/\(table)/bulk-process\(query)")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/x-ndjson")
        return request
    }

    private func read(
        _ request: HTTPClientRequest, linesMax: Int,
        onLine: @escaping @Sendable (OutcomeLine) -> Void = { _ in }
    ) async throws -> OutcomeStreamAnswer {
        // The client's own time limit ends with the head of the answer.
        try await Patience.within(Self.answerTimeMax, "the answer to POST \(request.url)") {
            try await Self.readNow(request, linesMax: linesMax, onLine: onLine)
        }
    }

    private static func readNow(
        _ request: HTTPClientRequest, linesMax: Int, onLine: @Sendable (OutcomeLine) -> Void
    ) async throws -> OutcomeStreamAnswer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        var answer = OutcomeStreamAnswer(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }))
        guard answer.status == 200 else {
            answer.text = String(
                decoding: try await response.body.collect(upTo: 1 << 20).readableBytesView, as: UTF8.self)
            return answer
        }
        var reader = OutcomeReader()
        do {
            for try await piece in response.body {
                let lines = try reader.take(Array(piece.readableBytesView))
                answer.lines += lines
                lines.forEach(onLine)
                guard answer.lines.count < linesMax else { return answer }
            }
            answer.isWhole = true
        } catch let error as DecodingError {
            throw error
        } catch {
            // The connection broke, which is what some tests are about: the answer says that it is not whole.
        }
        return answer
    }
}
