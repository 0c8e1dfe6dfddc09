using System.Security.Cryptography;
using Cyberun;
using Samples.Common;

const string Team = "019abc12-4567-7890-abcd-ef1234567891";
var key = RandomNumberGenerator.GetBytes(32);
var credential = $"sk-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
var app = CyberunApp.Build([$"--Credentials:{credential}={Team}", .. args], builder =>
    builder.Services.Configure<JwtOptions>(JwtHandler.SchemeName, options => options.Key = key));
var token = Jwt.Create(key, new Dictionary<string, object>(StringComparer.Ordinal)
{
    ["sub"] = "user_1",
    ["exp"] = TimeProvider.System.GetUtcNow().AddHours(12).ToUnixTimeSeconds(),
    ["teams"] = new[] { Team },
});
Console.WriteLine($"TEAM={Team}\nTOKEN={token}\nCREDENTIAL={credential}");
await app.RunAsync();
