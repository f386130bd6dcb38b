import AsyncHTTPClient
import BulkModel
import Formats
import NIOCore
import NIOHTTP1

extension ServerDesk {
    /// Asks for a bulk-process (spec 000) and hands on the answer's bytes as they come; a sink that is slow slows the server.
    /// Throws when it is refused, and when the answer breaks off.
    func process(
        _ body: JSONValue, table: String, to sink: ([UInt8]) throws(CommandFailure) -> Void
    ) async throws(CommandFailure) {
        // Below `tables`, where no name is a word of the server's own.
        var request = request(.POST, "/tables/\(PathSegment.encode(table))/bulk-process")
        var writer = JSONWriter()
        writer.value(body)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/x-ndjson")
        request.body = .bytes(ByteBuffer(bytes: writer.bytes))
        let response = try await send(request)
        guard (200..<300).contains(response.status.code) else { throw try await refusal(response) }
        do {
            for try await piece in response.body { try sink(Array(piece.readableBytesView)) }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.refused, "The connection to \(address.typed) broke: \(error)")
        }
    }
}
