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

    /// Checks the mark, or leaves one where neither database nor folder has any.
    func join(_ store: any SharedStore) async throws(CommandFailure) {
        try Folder.make(path)
        if try mark() == nil, try await known(by: store) == nil {
            try leave(Self.text(SystemRandom.bytes(16)))
        }
        let own = try mark()
        let wanted =
            if let own { try await known(by: store, orElse: own) } else { try await known(by: store) }
        guard own == nil || own != wanted else { return }
        throw CommandFailure(
            .refused, "\(path) is not the uploads folder that the other servers of this database use.",
            details: [
                "All servers of one PostgreSQL database need the same folder: set uploads.path, or --uploads.",
                "If this is that folder (moved, or restored): echo \(wanted ?? "") > \(markPath)",
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

    /// Of servers that start at the same instant one leaves its mark and the others find it: the name is given to a file
    /// that is whole, and only if nobody has it.
    private func leave(_ mark: String) throws(CommandFailure) {
        let draft = "\(markPath)-\(mark)"
        do {
            try Data((mark + "\n").utf8).write(to: URL(fileURLWithPath: draft))
        } catch {
            throw CommandFailure(.refused, "\(draft) cannot be written: \(error.localizedDescription)")
        }
        defer { unlink(draft) }
        guard link(draft, markPath) == 0 || errno == EEXIST else { throw FileFault(markPath).failure }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
