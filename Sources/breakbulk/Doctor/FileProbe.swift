import Foundation

/// Looks at files and folders without changing them.
enum FileProbe {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

    /// The folder that the path lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Bytes that this user may still write; nil when it cannot be told.
    static func freeBytes(at path: String) -> Int? {
        // As above: what cannot be told is nil.
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (facts?[.systemFreeSize] as? NSNumber)?.intValue
    }

    /// Unix time of the last change; nil when there is no such file.
    static func changedSeconds(_ path: String) -> Int64? {
        // A file that cannot be looked at has no time, which is what nil says.
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return (facts?[.modificationDate] as? Date).map { Int64($0.timeIntervalSince1970) }
    }

    /// For probe files only; one that is not there is no loss.
    static func remove(_ path: String) { unlink(path) }
}
