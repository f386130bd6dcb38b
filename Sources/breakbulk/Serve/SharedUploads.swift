import BulkModel
import Engine
import Foundation

/// The uploads folder of a database that many servers work on: the same folder for all of them.
///
/// A server with another folder would fail the jobs whose uploads lie elsewhere. So the first one leaves a mark in the
/// folder and in the database, and those that come later must find the same mark.
struct SharedUploads {
    let path: String

    static let markName = ".breakbulk-uploads"

    private var markPath: String { "\(path)/\(Self.markName)" }

    /// Checks the mark, or leaves one where the database has none yet.
    func join(_ store: any SharedStore) async throws(CommandFailure) {
        try Folder.make(path)
        let own = try mark()
        let fresh = own ?? Self.text(SystemRandom.bytes(16))
        // Written first: a crash in between leaves a mark that nobody asks for.
        if own == nil, try await known(by: store) == nil { try write(fresh) }
        let wanted = try await known(by: store, orElse: fresh)
        guard try mark() != wanted else { return }
        throw CommandFailure(
            .refused, "\(path) is not the uploads folder that the other servers of this database use.",
            details: [
                "All servers of one PostgreSQL database need the same folder: set uploads.path, or --uploads.",
                "If this is that folder (moved, or restored): echo \(wanted) > \(markPath)",
            ])
    }

    private func known(by store: any SharedStore) async throws(CommandFailure) -> String? {
        do {
            return try await store.uploadsMark(orElse: nil).map { String(decoding: $0, as: UTF8.self) }
        } catch {
            throw StoreFailure.failure(error)
        }
    }

    private func known(by store: any SharedStore, orElse fresh: String) async throws(CommandFailure) -> String
    {
        do {
            let mark = try await store.uploadsMark(orElse: Array(fresh.utf8))
            return mark.map { String(decoding: $0, as: UTF8.self) } ?? fresh
        } catch {
            throw StoreFailure.failure(error)
        }
    }

    private func mark() throws(CommandFailure) -> String? {
        guard FileProbe.exists(markPath) else { return nil }
        do {
            return try Settings.text(of: markPath).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw CommandFailure(.refused, error.description)
        }
    }

    private func write(_ mark: String) throws(CommandFailure) {
        do {
            try Data((mark + "\n").utf8).write(to: URL(fileURLWithPath: markPath), options: .atomic)
        } catch {
            throw CommandFailure(
                .refused, "\(markPath) cannot be written: \(error.localizedDescription)")
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
