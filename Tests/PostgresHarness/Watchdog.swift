#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A shell that outlives us: it stops the server and removes its folder once we are gone, however that came.
///
/// It waits for the end of its input, a pipe whose other end only we hold.
final class Watchdog: Sendable {
    private let pipeEnd: Int32

    /// How the names of folders in the server's begin that are file systems of their own.
    static let mountPrefix = "space-"

    init(folder: String, programs: PostgresPrograms) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw HarnessFailure(message: "pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let stop = programs.call("pg_ctl", ["stop", "-s", "-w", "-m", "immediate", "-D", "\(folder)/data"])
        let script = """
            trap '' HUP INT TERM
            cat > /dev/null
            "$@" > /dev/null 2>&1
            for mount in '\(folder)/\(Self.mountPrefix)'*; do umount "$mount" > /dev/null 2>&1; done
            rm -rf '\(folder)'
            """
        var actions = SpawnActions()
        defer { actions.destroy() }
        actions.connect(ends[0], to: STDIN_FILENO)
        let silence = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(silence) }
        actions.connect(silence, to: STDOUT_FILENO)
        actions.connect(silence, to: STDERR_FILENO)
        _ = try actions.spawn(["sh", "-c", script, "sh"] + stop)
        pipeEnd = ends[1]
    }

    deinit { close(pipeEnd) }
}
