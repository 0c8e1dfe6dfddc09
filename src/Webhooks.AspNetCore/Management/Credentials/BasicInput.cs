using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Webhooks.AspNetCore.Management.Credentials;

/// <summary>User name and password, as bodies have them.</summary>
internal sealed record BasicInput
{
    [Required]
    [Description("The user name, 1 to 1,024 bytes of UTF-8 without a colon.")]
    public string? UserName { get; init; }

    [Required]
    [Description("The password, at most 1,024 bytes of UTF-8.")]
    public string? Password { get; init; }

    /// <summary>Nothing of it.</summary>
    public override string ToString() => $"{nameof(BasicInput)} {{ *** }}";
}
