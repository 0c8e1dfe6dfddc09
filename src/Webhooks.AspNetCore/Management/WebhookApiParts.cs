namespace Webhooks.AspNetCore.Management;

/// <summary>
/// The parts of the management API, which a host maps together or one by one, each with its own authorization:
/// <c>app.MapWebhooks("/v1", WebhookApiParts.Deliveries).RequireAuthorization("viewer")</c>.
/// </summary>
[Flags]
public enum WebhookApiParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Endpoints: create, list, read, change, delete, enable, disable. Creating one answers with its secret.</summary>
    Endpoints = 1,

    /// <summary>Giving an endpoint a new secret, and with it the secret itself.</summary>
    RotateSecrets = 1 << 1,

    /// <summary>Reading the secrets of an endpoint again. Not among <see cref="Default"/>.</summary>
    ReadSecrets = 1 << 2,

    /// <summary>The event catalog, with schemas and examples.</summary>
    EventTypes = 1 << 3,

    /// <summary>Sending an example of an event type to one endpoint.</summary>
    TestEvents = 1 << 4,

    /// <summary>What was published, with its payloads.</summary>
    Messages = 1 << 5,

    /// <summary>Publishing by the API, rather than by the host alone. Not among <see cref="Default"/>.</summary>
    Publish = 1 << 6,

    /// <summary>Deliveries and their attempts.</summary>
    Deliveries = 1 << 7,

    /// <summary>Sending again: one delivery, all that failed at an endpoint, and replays with their progress.</summary>
    Replays = 1 << 8,

    /// <summary>How many deliveries of an endpoint came to what.</summary>
    Statistics = 1 << 9,

    /// <summary>Whether webhooks go out, for the whole application.</summary>
    Health = 1 << 10,

    /// <summary>
    /// Setting and removing the credentials of endpoints, whose secrets requests then carry; answers never show them. Not among
    /// <see cref="Default"/>.
    /// </summary>
    Credentials = 1 << 11,

    /// <summary>All parts but <see cref="ReadSecrets"/>, <see cref="Publish"/> and <see cref="Credentials"/>.</summary>
    Default = Endpoints | RotateSecrets | EventTypes | TestEvents | Messages | Deliveries | Replays | Statistics | Health,

    /// <summary>All parts.</summary>
    All = Default | ReadSecrets | Publish | Credentials,
}
