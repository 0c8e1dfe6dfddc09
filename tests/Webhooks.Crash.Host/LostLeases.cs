using Microsoft.Extensions.Logging;

namespace Webhooks.Crash.Host;

/// <summary>Says which attempts came to nothing because their lease was lost, as the log tells it.</summary>
internal sealed class LostLeases : ILoggerProvider, ILogger
{
    private const int LeaseLost = 404;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == LeaseLost && state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            Console.WriteLine($"lost {values.Single(value => value.Key is "DeliveryId").Value}");
        }
    }

    public void Dispose()
    {
    }
}
