using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

public sealed class RegistrationTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_host_keeps_webhooks_in_the_file_and_closes_it_at_its_end()
    {
        using (var host = BuildHost($"Data Source={_directory.File()}"))
        {
            await host.StartAsync();
            host.Services.GetServices<IWebhookStore>().Should().ContainSingle().Which.Should().BeOfType<SqliteWebhookStore>();
            await host.StopAsync();
        }

        _directory.ReadAll().Keys.Should().Equal("webhooks.db");
    }

    [Fact]
    public async Task A_host_with_wrong_settings_does_not_start()
    {
        using var host = BuildHost("Data Source=:memory:", options => options.BusyTimeout = TimeSpan.FromDays(1));

        (await host.Invoking(it => it.StartAsync()).Should().ThrowAsync<OptionsValidationException>())
            .WithMessage("*SqliteStoreOptions.connectionString*SqliteStoreOptions.busyTimeout*");
    }

    private static IHost BuildHost(string connectionString, Action<SqliteStoreOptions>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddWebhooks(webhooks => webhooks.UseSqlite(connectionString, configure));
        return builder.Build();
    }
}
