using Webhooks.Validation;

namespace Webhooks.Storage;

/// <summary>How long messages, their payloads and attempts are kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>How long a message is kept, with its deliveries, unless one of them is pending, and a replay that has ended: 1 hour to 10 years. Default: 90 days.</summary>
    [TimeSpanRange("01:00:00", "3653.00:00:00")]
    public TimeSpan Messages { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long an attempt is kept: 1 hour to 10 years. Default: 90 days.</summary>
    [TimeSpanRange("01:00:00", "3653.00:00:00")]
    public TimeSpan Attempts { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a message's payload is kept, and the response excerpts of its attempts, which may repeat it: 0 to 10 years. The message,
    /// its deliveries and attempts stay in the log without them. A payload of which a delivery is pending stays until that has ended. It
    /// applies to messages that are published from then on. Default: null, as long as the message.
    /// </summary>
    [TimeSpanRange("00:00:00", "3653.00:00:00")]
    public TimeSpan? Payloads { get; set; }

    /// <summary>How often what is older is removed: 1 minute to 1 day. Default: 1 hour.</summary>
    [TimeSpanRange("00:01:00", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}
