using System.Runtime.InteropServices;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>An event type as the endpoints of one tenant subscribe to it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EventTypeKey(string TenantId, string EventType);
