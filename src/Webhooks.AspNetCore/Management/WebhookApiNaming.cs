namespace Webhooks.AspNetCore.Management;

/// <summary>How the management API spells the names of fields and query parameters. Values are spelled the same in either.</summary>
public enum WebhookApiNaming
{
    /// <summary><c>event_types</c>.</summary>
    SnakeCase = 0,

    /// <summary><c>eventTypes</c>.</summary>
    CamelCase = 1,
}
