"""What a reader must know of the machine; no names and no paths."""

import datetime
import os
import subprocess


def machine(program):
    return {
        "Date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "Breakbulk": output([str(program), "--version"]),
        "Processor": f"{processor()}, {os.cpu_count()} cores",
        "Memory": f"{memory_bytes() / (1 << 30):.0f} GiB",
        "System": f"Linux {os.uname().release.split('-')[0]}, {os.uname().machine}",
        "sqlite3": output(["sqlite3", "--version"]).split(" ")[0],
    }


def output(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
