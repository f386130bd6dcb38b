import Foundation
import Testing

/// A library for `LD_PRELOAD` that moves the wall clock of a process by the seconds that a file names.
///
/// Built by the C compiler, so the product needs no hook for its clock and the tests no package.
struct ShiftedClock {
    private let library: String
    private let offsetFile: String

    /// What a server must be started with.
    var environment: [String: String] { ["LD_PRELOAD": library, "CLOCK_OFFSET_FILE": offsetFile] }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long offset(void) {
            const char *path = getenv("CLOCK_OFFSET_FILE");
            FILE *file = path ? fopen(path, "r") : NULL;
            long seconds = 0;
            if (file) {
                if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
                fclose(file);
            }
            return seconds;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = (int)syscall(SYS_clock_gettime, clock, time);
            if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += offset();
            return result;
        }

        int gettimeofday(struct timeval *time, void *zone) {
            struct timespec now;
            if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        """#

    init(in folder: TemporaryFolder) async throws {
        library = folder.path + "/clock.so"
        offsetFile = folder.path + "/clock-offset"
        let source = try folder.write(Self.source, to: "clock.c")
        // The Swift toolchain brings a clang for C sources, where the system has no compiler of its own.
        let compile = #"$(command -v cc || command -v clang) -shared -fPIC -O1 -o "$1" "$2""#
        let built = try await Binary.run(
            ["-c", compile, "sh", library, source], program: "/bin/sh")
        try #require(built.status == 0, "cc: \(built.errors)")
        try set(seconds: 0)
    }

    /// Moves the clock of the servers that run with it, from their next look on.
    func set(seconds: Int) throws {
        // In one step: a server must never read a half-written number.
        try Data("\(seconds)\n".utf8).write(to: URL(fileURLWithPath: offsetFile), options: .atomic)
    }
}
