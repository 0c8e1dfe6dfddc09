namespace Webhooks.AspNetCore.Management;

/// <summary>That the services of the management API are there.</summary>
internal sealed class ManagementMarker;
