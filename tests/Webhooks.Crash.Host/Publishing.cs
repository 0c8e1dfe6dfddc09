using Webhooks.Publishing;

namespace Webhooks.Crash.Host;

/// <summary>Publishes from several callers without end and says of each event when it is tried and when it is promised.</summary>
internal static class Publishing
{
    private const int Callers = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(40);

    /// <summary>The start of prefixes of events that are sent at most once.</summary>
    public const string OncePrefix = "once";

    public static Task RunAsync(IWebhookPublisher publisher, string prefix) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var i = 0; ; i++)
            {
                var eventId = $"{prefix}-{caller}-{i}";
                Console.WriteLine($"trying {eventId}");
                var options = new PublishOptions { EventId = eventId };
                await (prefix.StartsWith(OncePrefix, StringComparison.Ordinal)
                    ? publisher.PublishAsync(new Once(eventId), options)
                    : publisher.PublishAsync(new Numbered(eventId), options));
                Console.WriteLine($"promised {eventId}");
                await Task.Delay(Pause, TimeProvider.System);
            }
        }));

    /// <summary>Publishes one number after the other, from the first on.</summary>
    public static async Task CountAsync(IWebhookPublisher publisher, int first)
    {
        for (var number = first; ; number++)
        {
            Console.WriteLine($"trying {number}");
            await publisher.PublishAsync(new Numbered($"{number}"));
            Console.WriteLine($"promised {number}");
            await Task.Delay(LongPause, TimeProvider.System);
        }
    }
}
