using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store;
using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>
/// The store on a provider for another database, without a word about it: what decides of the conformance suite, which runs as a whole
/// on PostgreSQL.
/// </summary>
public sealed class SqliteTests
{
    [Theory]
    [InlineData(nameof(WebhookStoreConformance.After_any_sequence_of_calls_the_store_holds_what_the_contract_says_and_everything_can_be_delivered))]
    [InlineData(nameof(WebhookStoreConformance.After_any_sequence_of_calls_erasing_a_tenant_leaves_nothing_of_it_and_all_of_the_others_as_it_was))]
    [InlineData(nameof(WebhookStoreConformance.Whatever_fails_dies_or_is_changed_an_ordered_endpoint_gets_nothing_before_all_that_was_published_earlier_has_ended))]
    [InlineData(nameof(WebhookStoreConformance.Of_many_concurrent_appends_of_one_event_id_exactly_one_stores_and_all_agree_on_it))]
    [InlineData(nameof(WebhookStoreConformance.Of_many_concurrent_outcomes_of_one_attempt_one_is_announced))]
    [InlineData(nameof(WebhookStoreConformance.A_batch_to_an_ordered_endpoint_keeps_its_order_whatever_the_times_and_ids))]
    [InlineData(nameof(WebhookStoreConformance.An_erased_payload_is_gone_with_the_excerpts_and_what_was_pending_is_canceled))]
    [InlineData(nameof(WebhookStoreConformance.An_erased_tenant_is_gone_with_everything_and_can_begin_anew))]
    [InlineData(nameof(WebhookStoreConformance.A_payload_stays_while_a_delivery_is_pending_and_is_not_looked_at_again_and_again))]
    [InlineData(nameof(WebhookStoreConformance.Rate_limits_that_have_ended_are_forgotten_and_begin_anew_in_the_same_way))]
    public async Task The_store_conforms(string fact)
    {
        var suite = new Suite();
        var test = (IAsyncLifetime)suite;
        await test.InitializeAsync();
        try
        {
            await (Task)typeof(WebhookStoreConformance).GetMethod(fact)!.Invoke(suite, null)!;
        }
        finally
        {
            await test.DisposeAsync();
        }
    }

    private sealed class Suite : WebhookStoreConformance
    {
        /// <summary>An empty database. It is made once, because that takes longer than most tests.</summary>
        private static readonly Lazy<byte[]> Empty = new(static () =>
        {
            var file = Path.GetTempFileName();
            using (var context = new StoreContext(Options(file)))
            {
                context.Database.EnsureCreated();
            }

            Release(file);
            var content = File.ReadAllBytes(file);
            File.Delete(file);
            return content;
        });

        private readonly ConcurrentDictionary<IWebhookStore, string> _files = new();

        protected override int SequenceCount => 4;

        protected override async Task<IWebhookStore> CreateStoreAsync()
        {
            var file = Path.GetTempFileName();
            await File.WriteAllBytesAsync(file, Empty.Value);
            var options = Options(file);
            var store = new EntityFrameworkStore(() => new StoreContext(options));
            _files[store] = file;
            return store;
        }

        protected override async Task DeleteStoreAsync(IWebhookStore store)
        {
            await base.DeleteStoreAsync(store);
            Release(_files[store]);
            foreach (var end in new[] { "", "-wal", "-shm" })
            {
                File.Delete(_files[store] + end);
            }
        }

        private static DbContextOptions<StoreContext> Options(string file) =>
            new DbContextOptionsBuilder<StoreContext>().UseSqlite($"Data Source={file}").Options;

        private static void Release(string file)
        {
            using var connection = new SqliteConnection($"Data Source={file}");
            SqliteConnection.ClearPool(connection);
        }
    }
}
