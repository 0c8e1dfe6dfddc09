using System.Runtime.InteropServices;
using Webhooks.PostgreSql.Endpoints;

namespace Webhooks.PostgreSql.Messages;

/// <summary>A delivery on its way into the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Message">The place of its message in the batch.</param>
/// <param name="Subscriber">The place of its endpoint among the batch's subscribers.</param>
/// <param name="Endpoint">Its endpoint.</param>
/// <param name="IsLeased">Whether it is stored as leased.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NewDelivery(Guid Key, int Message, int Subscriber, EndpointMatch Endpoint, bool IsLeased);
