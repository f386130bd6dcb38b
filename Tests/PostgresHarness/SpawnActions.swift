#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Starts a program with the given files as its standard ones, in a session of its own, so that an interrupt
/// of the terminal is not for it.
struct SpawnActions {
    #if canImport(Glibc)
        private var actions = posix_spawn_file_actions_t()
        private var attributes = posix_spawnattr_t()
        /// `POSIX_SPAWN_SETSID` of <spawn.h>, which Glibc hides behind a feature macro.
        private static let ownSession: Int16 = 0x80
        private static var environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? { environ }
    #else
        private var actions: posix_spawn_file_actions_t?
        private var attributes: posix_spawnattr_t?
        private static let ownSession = Int16(POSIX_SPAWN_SETSID)
        private static var environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
            _NSGetEnviron().pointee
        }
    #endif

    init() {
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Self.ownSession)
    }

    mutating func destroy() {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    mutating func connect(_ file: Int32, to standard: Int32) {
        posix_spawn_file_actions_adddup2(&actions, file, standard)
    }

    /// The process's id.
    mutating func spawn(_ arguments: [String]) throws -> pid_t {
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, Self.environment)
        guard code == 0 else { throw HarnessFailure(message: "\(arguments[0]): errno \(code)") }
        return process
    }
}
