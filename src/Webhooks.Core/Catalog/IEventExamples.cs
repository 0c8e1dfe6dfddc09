namespace Webhooks.Catalog;

/// <summary>Data of an event type that has its examples with it. Generated registrations of <see cref="WebhookEventAttribute"/> add them.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IEventExamples<out TSelf>
    where TSelf : IEventExamples<TSelf>
{
    /// <summary>The examples.</summary>
    static abstract IReadOnlyList<TSelf> Examples { get; }
}
