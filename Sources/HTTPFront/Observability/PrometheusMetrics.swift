package import Metrics
import Synchronization

/// Keeps all metrics of the process and prints them as Prometheus text 0.0.4.
///
/// Source: Prometheus, "Exposition formats". Bounded: at most `seriesPerNameMax` label sets a name and `namesMax` names;
/// what is beyond is not kept but counted in `breakbulk_metrics_dropped_total`.
package final class PrometheusMetrics: MetricsFactory {
    private struct Family {
        let kind: PrometheusText.Kind
        var series: [PrometheusText.Labels: MetricSeries] = [:]
    }

    private struct Registry {
        var families: [String: Family] = [:]
        var dropped = 0
    }

    private let registry = Mutex(Registry())
    static let seriesPerNameMax = 500
    static let namesMax = 200
    /// Seconds, from a fast request to a long job.
    static let secondsBounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200,
    ]
    /// Sizes and counts.
    static let sizeBounds: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(PrometheusText.name(label, suffix: "_total"), .counter, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(PrometheusText.name(label, suffix: "_total"), .counter, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(PrometheusText.name(label, suffix: ""), .gauge, dimensions)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let kind = aggregate ? PrometheusText.Kind.histogram(bounds: Self.sizeBounds) : .gauge
        return series(PrometheusText.name(label, suffix: ""), kind, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let kind = PrometheusText.Kind.histogram(bounds: Self.secondsBounds)
        return series(PrometheusText.name(label, suffix: "_seconds"), kind, dimensions)
    }

    // Series live as long as the process: a counter that goes away and comes back would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// All metrics as they are now, sorted by name and labels.
    package var text: String {
        let (families, dropped) = registry.withLock { ($0.families, $0.dropped) }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.begin(name, family.kind)
            for (labels, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) {
                text.add(name, family.kind, labels, series.snapshot)
            }
        }
        let name = "breakbulk_metrics_dropped_total"
        text.begin(name, .counter)
        text.line(name, PrometheusText.Labels([]), Double(dropped))
        return text.text
    }

    private func series(
        _ name: String, _ kind: PrometheusText.Kind, _ dimensions: [(String, String)]
    ) -> MetricSeries {
        let labels = PrometheusText.Labels(dimensions)
        return registry.withLock { registry in
            var family = registry.families[name] ?? Family(kind: kind)
            if let series = family.series[labels], family.kind == kind { return series }
            let fresh = MetricSeries(bounds: kind.bounds)
            let isKnown = registry.families[name] != nil
            guard family.kind == kind, family.series.count < Self.seriesPerNameMax,
                isKnown || registry.families.count < Self.namesMax
            else {
                registry.dropped += 1
                return fresh
            }
            family.series[labels] = fresh
            registry.families[name] = family
            return fresh
        }
    }
}
