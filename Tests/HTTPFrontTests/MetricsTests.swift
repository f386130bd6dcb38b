import BulkModel
import Logging
import Metrics
import Testing

@testable import HTTPFront

@Suite struct MetricsTests {
    @Test("counters, gauges and timers are printed in the text format")
    func text() {
        let metrics = PrometheusMetrics()
        Counter(label: "jobs.done", dimensions: [("state", "a\"b\\c\nd"), ("a", "1")], factory: metrics)
            .increment(by: 3)
        Gauge(label: "open", factory: metrics).record(1.5)
        let timer = Timer(label: "wait", factory: metrics)
        timer.recordNanoseconds(250_000_000)
        timer.recordNanoseconds(500_000_000)
        let lines = metrics.text.split(separator: "\n").map(String.init)
        let expected = [
            "# TYPE jobs_done_total counter", #"jobs_done_total{a="1",state="a\"b\\c\nd"} 3"#,
            "# TYPE open gauge",
            "open 1.5", "# TYPE wait_seconds histogram", #"wait_seconds_bucket{le="0.1"} 0"#,
            #"wait_seconds_bucket{le="0.25"} 1"#, #"wait_seconds_bucket{le="0.5"} 2"#,
            #"wait_seconds_bucket{le="+Inf"} 2"#, "wait_seconds_sum 0.75", "wait_seconds_count 2",
            "breakbulk_metrics_dropped_total 0",
        ]
        for line in expected { #expect(lines.contains(line), "\(line)") }
        #expect(lines.filter { $0.hasPrefix("# TYPE wait_seconds ") }.count == 1)
    }

    @Test("the same label set is one series, and series are bounded")
    func bounded() {
        let metrics = PrometheusMetrics()
        for number in 0..<(PrometheusMetrics.seriesPerNameMax + 10) {
            Counter(label: "c", dimensions: [("n", "\(number)")], factory: metrics).increment()
            Counter(label: "c", dimensions: [("n", "0")], factory: metrics).increment()
        }
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("c_total{") }.count == PrometheusMetrics.seriesPerNameMax)
        #expect(lines.contains("breakbulk_metrics_dropped_total 10"))
        #expect(lines.contains("c_total{n=\"0\"} \(PrometheusMetrics.seriesPerNameMax + 11)"))
    }

    @Test("a name keeps the kind it had first")
    func kinds() {
        let metrics = PrometheusMetrics()
        Counter(label: "x_total", factory: metrics).increment()
        Gauge(label: "x_total", factory: metrics).record(5)
        #expect(metrics.text.contains("\nx_total 1\n"))
        #expect(metrics.text.contains("breakbulk_metrics_dropped_total 1"))
    }

    @Test("names are made valid", arguments: [("a.b-c", "a_b_c"), ("9x", "_9x"), ("é", "_"), ("", "_")])
    func names(label: String, name: String) { #expect(PrometheusText.name(label, suffix: "") == name) }

    @Test(
        "what others say is one line of the log",
        arguments: [
            ("gone", "gone"), ("gone\n", "gone"), ("gone\r\n\tby\n", #"gone\r\n\tby"#),
            ("a\u{1B}[2J", #"a\u{1B}[2J"#),
            ("a\u{2028}b", #"a\u{2028}b"#), ("a \"b\" \\ é", "a \"b\" \\ é"), ("\n", ""),
        ])
    func oneLine(text: String, line: String) { #expect(text.onOneLine == line) }

    @Test("observations become metrics with labels of ours only")
    func observer() {
        let metrics = PrometheusMetrics()
        let logger = Logger(label: "t", factory: { _ in SwiftLogNoOpLogHandler() })
        let observer = Observer(logger: logger, factory: metrics)
        observer.observe(
            .jobCreated(JobID("j1"), tenant: TenantID("acme"), operation: .insert, table: "sales"))
        observer.observe(.chunkApplied(JobID("j1"), records: 10, failed: 3, duration: .milliseconds(5)))
        observer.observe(.request(id: "r", method: "GET", route: "/x/{y}", status: 200, duration: .zero))
        let text = metrics.text
        #expect(text.contains("breakbulk_jobs_created_total{operation=\"insert\"} 1"))
        #expect(text.contains("breakbulk_records_total{outcome=\"success\"} 7"))
        #expect(text.contains("breakbulk_records_total{outcome=\"error\"} 3"))
        #expect(
            text.contains("breakbulk_http_requests_total{method=\"GET\",route=\"/x/{y}\",status=\"200\"} 1"))
        #expect(!text.contains("acme") && !text.contains("j1"))
    }
}
