using System.Text.Json.Nodes;
using Evercam.Server.Shares;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Shares;

/// <summary>What is done for invitations once an hour.</summary>
public sealed class InvitationUpkeepTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_whose_invitations_cannot_be_accepted_holds_up_neither_others_nor_what_has_ended()
    {
        using var shelf = new LogShelf();
        var trouble = new Trouble();
        await using var app = await EvercamApp.StartAsync(adjust: builder => builder.Services
            .AddSingleton<ILoggerProvider>(shelf).AddSingleton<IInterceptor>(trouble));
        var joe = await app.SignUpAsync();
        var camera = await app.AddCameraAsync(joe);
        var guests = new[] { await app.SignUpAsync(), await app.SignUpAsync() };
        var late = $"{CatalogRows.Fresh("late")}@example.org";
        await app.StoreAsync(async db =>
        {
            var emails = guests.Select(guest => guest.Email).ToList();
            await db.Users.Where(user => emails.Contains(user.Email!)).ExecuteUpdateAsync(set => set.SetProperty(user => user.ConfirmedAt, 1), Cancellation);
            trouble.Of = await db.Users.Where(user => user.UserName == guests[0].Name).Select(user => user.Id).SingleAsync(Cancellation);
            var (row, now) = (await db.Cameras.SingleAsync(c => c.Id == camera, Cancellation), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
            db.AddRange(emails.Append(late).Select(email => new Invitation
            {
                CameraKey = row.Key,
                SharerKey = row.OwnerKey,
                Email = email,
                NormalizedEmail = Mailbox.Of(email),
                Rights = CameraRights.View,
                CreatedAt = email == late ? 1 : now,
            }));
            await db.SaveChangesAsync(Cancellation);
        });

        await app.Services.GetRequiredService<InvitationUpkeep>().RunAsync(Cancellation);
        Assert.Equal((0, 1), (await SharesAsync(guests[0]), await SharesAsync(guests[1])));
        Assert.Equal([guests[0].Email], await app.StoreAsync(db => db.Invitations.Select(invitation => invitation.Email).ToListAsync(Cancellation)));
        Assert.Contains(shelf.Lines, line => line.Contains($"The invitations of {guests[0].Name} could not be accepted", StringComparison.Ordinal));

        trouble.Of = 0;
        await app.Services.GetRequiredService<InvitationUpkeep>().RunAsync(Cancellation);
        Assert.Equal(1, await SharesAsync(guests[0]));

        async Task<int> SharesAsync(Person guest) =>
            JsonNode.Parse((await app.AskAsync("GET", $"users/{guest.Name}/shares", guest)).Body)!["shares"]!.AsArray().Count;
    }

    /// <summary>No share of one user can be saved.</summary>
    private sealed class Trouble : SaveChangesInterceptor
    {
        public long Of { get; set; }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            eventData.Context!.ChangeTracker.Entries<Share>().Any(entry => entry.Entity.UserKey == Of)
                ? throw new InvalidOperationException("There is something wrong.")
                : ValueTask.FromResult(result);
    }
}
