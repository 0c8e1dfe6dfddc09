using System.Security.Cryptography;
using Cyberdesk;
using Samples.Common;

var key = RandomNumberGenerator.GetBytes(32);
var app = CyberdeskApp.Build(args, builder => builder.Services.Configure<JwtOptions>(JwtHandler.SchemeName, options => options.Key = key));
var ends = TimeProvider.System.GetUtcNow().AddHours(12).ToUnixTimeSeconds();
var token = Jwt.Create(
    key, new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "user_1", [CyberdeskApp.OrganizationClaim] = "org_1", ["exp"] = ends });
Console.WriteLine($"TOKEN={token}");
await app.RunAsync();
