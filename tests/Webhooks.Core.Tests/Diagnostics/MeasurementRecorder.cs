using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;

namespace Webhooks.Core.Tests.Diagnostics;

/// <summary>Records what one host measures, as <c>value attribute=value</c> by instrument.</summary>
internal sealed class MeasurementRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, string Measurement)> _measurements = [];
    private readonly MeterListener _listener = new();

    public MeasurementRecorder(TestHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == WebhooksDefaults.TelemetryName && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What an instrument measured, in order.</summary>
    public IEnumerable<string> Of(string instrument) =>
        _measurements.Where(entry => entry.Instrument == instrument).Select(entry => entry.Measurement);

    /// <summary>What an instrument that is asked says now.</summary>
    public string? Ask(string instrument)
    {
        _measurements.Clear();
        _listener.RecordObservableInstruments();
        return Of(instrument).SingleOrDefault();
    }

    public void Dispose() => _listener.Dispose();

    private void Record<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : IFormattable
    {
        var text = value.ToString(format: null, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (name, tag) in tags)
        {
            text += $" {name}={tag}";
        }

        _measurements.Enqueue((instrument.Name, text));
    }
}
