using Microsoft.AspNetCore.Authentication;

namespace Samples.Common;

/// <summary>How tokens are checked.</summary>
public sealed class JwtOptions : AuthenticationSchemeOptions
{
    /// <summary>The key of the HMAC.</summary>
    public byte[] Key { get; set; } = [];
}
