#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A tablespace on a file system of its own, of a few megabytes, which can be full and have room again.
package struct SmallTablespace: Sendable {
    /// As SQL names it.
    package let name: String
    /// Where its file system is mounted.
    private let mountPoint: String

    /// Why there can be none here, for mounting is for root, and not in every container; nil where there can.
    package static let refusal = findRefusal()

    private static func findRefusal() -> String? {
        var path = Array("/tmp/breakbulk-mount-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else { return "mkdtemp: errno \(errno)" }
        let folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(folder) }
        do {
            try mount(folder, bytesMax: 1 << 20)
            try Command(arguments: ["umount", folder]).check()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Mounts and hands over; blocks. The location for `CREATE TABLESPACE` comes with it.
    static func make(
        _ name: String, bytesMax: Int, in folder: String, _ programs: PostgresPrograms
    ) throws -> (SmallTablespace, location: String) {
        let space = SmallTablespace(name: name, mountPoint: "\(folder)/\(Watchdog.mountPrefix)\(name)")
        guard mkdir(space.mountPoint, 0o755) == 0 else {
            throw HarnessFailure(message: "mkdir: errno \(errno)")
        }
        try mount(space.mountPoint, bytesMax: bytesMax)
        // The server wants an empty folder that is its own.
        let location = "\(space.mountPoint)/data"
        guard mkdir(location, 0o700) == 0 else { throw HarnessFailure(message: "mkdir: errno \(errno)") }
        try programs.handOver(location)
        return (space, location)
    }

    /// Leaves so much room and no more.
    package func fill(leaving bytes: Int) async throws {
        try await Blocking.call {
            var room = statvfs()
            guard statvfs(self.mountPoint, &room) == 0 else {
                throw HarnessFailure(message: "statvfs: errno \(errno)")
            }
            let free = Int(room.f_bavail) * Int(room.f_frsize)
            let size = max(1, free - bytes)
            try Command(arguments: ["fallocate", "-l", "\(size)", self.filler]).check()
        }
    }

    /// Takes away what `fill` put there.
    package func makeRoom() async throws {
        guard unlink(filler) == 0 else { throw HarnessFailure(message: "unlink: errno \(errno)") }
    }

    private var filler: String { "\(mountPoint)/filler" }

    private static func mount(_ folder: String, bytesMax: Int) throws {
        try Command(arguments: ["mount", "-t", "tmpfs", "-o", "size=\(bytesMax),mode=755", "tmpfs", folder])
            .check()
    }
}
