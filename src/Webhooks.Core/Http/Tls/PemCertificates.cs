using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Webhooks.Http.Tls;

/// <summary>Reads certificates from PEM (RFC 7468).</summary>
internal static class PemCertificates
{
    public const int MaxLength = 64 * 1024;

    /// <summary>Reads certificates without keys.</summary>
    /// <exception cref="CryptographicException">The text is not PEM, or holds no certificate.</exception>
    public static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("There is no certificate.");
    }

    /// <summary>How many certificates the text holds; null when it is not PEM.</summary>
    public static int? TryCount(string pem)
    {
        try
        {
            return Read(pem).Count;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Reads a certificate with its private key, the first of the text.</summary>
    /// <exception cref="CryptographicException">The text is not PEM, or key or certificate is missing, or they do not fit.</exception>
    public static X509Certificate2 ReadWithKey(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem, pem);

        // Windows cannot use a key for TLS that only this process has seen.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
