using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Webhooks.Core.Tests.Engine;

/// <summary>Certificates for one test.</summary>
internal static class Certificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate that is its own authority.</summary>
    public static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    /// <summary>An authority of the test's own.</summary>
    public static X509Certificate2 Authority()
    {
        var request = new CertificateRequest("CN=Test authority", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
    }

    /// <summary>A certificate from an authority, for a server on loopback unless something else is said.</summary>
    /// <param name="authority">Who issues it.</param>
    /// <param name="name">The DNS name that it is for; null for the address of loopback.</param>
    /// <param name="isExpired">Whether it is.</param>
    /// <param name="isForClients">Whether it is for clients instead of servers.</param>
    /// <param name="issuerUrl">Where it says that its issuer's certificate is (RFC 5280, section 4.2.2.1).</param>
    public static X509Certificate2 Issue(
        X509Certificate2 authority, string? name = null, bool isExpired = false, bool isForClients = false, Uri? issuerUrl = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name ?? "127.0.0.1"}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(isForClients ? ClientAuthentication : ServerAuthentication)], critical: false));
        if (issuerUrl is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [issuerUrl.AbsoluteUri]));
        }

        var end = isExpired ? Now.AddDays(-1) : Now.AddDays(1);
        using var certificate = request.Create(authority, Now.AddDays(-2), end, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate with its key, as an endpoint's credentials want them.</summary>
    public static string ToPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
