using System.ComponentModel.DataAnnotations;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management;

/// <summary>The settings of the management API. They are checked when the host starts.</summary>
public sealed class WebhookManagementOptions
{
    /// <summary>How fields and query parameters are spelled. Default: <see cref="WebhookApiNaming.SnakeCase"/>.</summary>
    public WebhookApiNaming Naming { get; set; }

    /// <summary>
    /// Whether bodies may have fields that the API does not know, which are then ignored; otherwise they are answered with 400, so that
    /// nobody takes a misspelled one for set. Default: false.
    /// </summary>
    public bool AllowUnknownFields { get; set; }

    /// <summary>
    /// The largest body that is read, in bytes: 1 KiB to 32 MiB; larger ones are answered with 413. The server's own limit stays.
    /// Default: 512 KiB.
    /// </summary>
    [Range(1024, 32 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 512 * 1024;

    /// <summary>The rows of a page where the caller does not say, 1 to 250. Default: 50.</summary>
    [Range(1, PageQuery.MaxLimit)]
    public int DefaultPageSize { get; set; } = 50;

    /// <summary>The most rows that a caller can ask for, 1 to 250 and not less than <see cref="DefaultPageSize"/>. Default: 250.</summary>
    [Range(1, PageQuery.MaxLimit)]
    public int MaxPageSize { get; set; } = PageQuery.MaxLimit;
}
