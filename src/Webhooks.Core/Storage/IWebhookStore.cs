namespace Webhooks.Storage;

/// <summary>
/// Everything that Webhooks.Core keeps: endpoints, messages, deliveries, attempts and replays. An adapter implements this one
/// interface; each consumer asks for the part that it needs.
/// </summary>
/// <remarks>
/// <para>
/// A store has no clock and no policy: every time, id and limit is an argument. It keeps times exact to the millisecond
/// at least, and the library gives no finer ones to it.
/// </para>
/// <para>All members are called concurrently. A store passes the conformance suite of Webhooks.Testing.Conformance.</para>
/// </remarks>
public interface IWebhookStore : IEndpointStore, IMessageStore, IDeliveryStore, ILogStore, IReplayStore, IErasureStore, IStoreMaintenance;
