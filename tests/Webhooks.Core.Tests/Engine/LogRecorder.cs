using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Webhooks.Core.Tests.Engine;

/// <summary>Keeps what was logged.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = [];
    private readonly Signal _signal = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    public IEnumerable<LogEntry> WithId(int eventId) => _entries.Where(entry => entry.EventId == eventId);

    public Task LoggedAsync(int eventId, int times = 1) => _signal.WhenAsync(() => WithId(eventId).Count() >= times);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogEntry entry)
    {
        _entries.Enqueue(entry);
        _signal.Raise();
    }

    internal sealed record LogEntry(string Category, int EventId, LogLevel Level, string Message, Exception? Exception);

    private sealed class Logger(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Add(new LogEntry(category, eventId.Id, logLevel, formatter(state, exception), exception));
    }
}
