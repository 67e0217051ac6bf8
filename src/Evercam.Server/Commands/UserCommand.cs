using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Server.SecondFactors;
using Evercam.Server.Users;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace Evercam.Server.Commands;

/// <summary><c>evercam user</c>: looks after accounts whose users cannot. May run beside the server, which with SQLite may remember whom it let in
/// for <c>Evercam:Http:RememberCallers</c>; the cameras of a removed account stop recording within <c>Evercam:Recorder:UpkeepInterval</c>.</summary>
internal static class UserCommand
{
    /// <summary>What the command can be asked.</summary>
    public const string Usage =
        """
        Try: evercam user list
             evercam user show NAME
             evercam user add NAME EMAIL
             evercam user confirm NAME
             evercam user password NAME
             evercam user second-factor off NAME
             evercam user remove NAME
        """;

    /// <summary>Exits with 0, or with 1 if there is no such user, or what was asked breaks a rule.</summary>
    public static async Task<int> RunAsync(
        IServiceProvider services, string[] arguments, CommandOutput output, CancellationToken cancellation)
    {
        await services.OpenEvercamStorageAsync(cancellation);
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
        try
        {
            if (arguments is ["list"])
            {
                await ListAsync(db, output, cancellation);
                return 0;
            }

            if (arguments is ["add", var name, var email])
            {
                await AddAsync(scope.ServiceProvider.GetRequiredService<Accounts>(), name, email, cancellation);
                await output.TellAsync(new JsonObject { ["user_name"] = name });
                return 0;
            }

            var user = await db.Users.AsNoTracking().WithLogin(arguments[^1]).SingleOrDefaultAsync(cancellation)
                ?? throw ApiException.NotFound($"There is no user {arguments[^1]}.");
            await (arguments[0] switch
            {
                "confirm" => scope.ServiceProvider.GetRequiredService<Confirmations>().VouchAsync(user, cancellation),
                "password" => ChangePasswordAsync(scope.ServiceProvider.GetRequiredService<Passwords>(), user, cancellation),
                "second-factor" => scope.ServiceProvider.GetRequiredService<FactorSwitch>().SwitchOffAsync(user.Id, cancellation),
                "remove" => RemoveAsync(db, user, scope.ServiceProvider.GetRequiredService<TimeProvider>(), output, cancellation),
                _ => ShowAsync(db, user, output, cancellation),
            });
            if (arguments[0] is not ("show" or "remove"))
            {
                await output.TellAsync(new JsonObject { ["user_name"] = user.UserName });
            }

            return 0;
        }
        catch (ApiException refusal)
        {
            await output.FailAsync(refusal.Message);
            return 1;
        }
    }

    private static async Task ListAsync(EvercamDb db, CommandOutput output, CancellationToken cancellation)
    {
        var users = await db.Users.AsNoTracking().OrderBy(user => user.Id)
            .Select(user => new { user.UserName, user.Email, user.ConfirmedAt, user.TwoFactorEnabled, Cameras = user.Cameras.Count })
            .ToListAsync(cancellation);
        foreach (var user in users)
        {
            var (confirmed, factor) = (user.ConfirmedAt is null ? " (not confirmed)" : "", user.TwoFactorEnabled ? ", second factor" : "");
            await output.TellAsync($"{user.UserName}  {user.Email}{confirmed}{factor}, {Count(user.Cameras, "camera")}");
        }

        await output.TellAsync(new JsonObject
        {
            ["users"] = CommandOutput.List(users.Select(user => new JsonObject
            {
                ["user_name"] = user.UserName,
                ["email"] = user.Email,
                ["confirmed_at"] = user.ConfirmedAt,
                ["second_factor"] = user.TwoFactorEnabled,
                ["cameras"] = user.Cameras,
            })),
        });
    }

    private static async Task ShowAsync(EvercamDb db, User user, CommandOutput output, CancellationToken cancellation)
    {
        var codes = await db.RecoveryCodes.CountAsync(code => code.UserKey == user.Id, cancellation);
        var (cameras, received) = (
            await db.Cameras.CountAsync(camera => camera.OwnerKey == user.Id, cancellation),
            await db.Shares.CountAsync(share => share.UserKey == user.Id, cancellation));
        var sessions = await db.Sessions.CountAsync(session => session.UserKey == user.Id, cancellation);
        await output.TellAsync(
            $"""
            user name      {user.UserName}
            name           {user.Forename} {user.Lastname}
            email          {user.Email}
            confirmed      {Day(user.ConfirmedAt) ?? "no"}
            former email   {user.FormerEmail ?? "none"}
            signed up      {Day(user.CreatedAt)}
            second factor  {(user.TwoFactorEnabled ? $"on, {Count(codes, "recovery code")} left" : "off")}
            log-ins        {sessions}
            cameras        {cameras}, and {received} of others
            """);
        await output.TellAsync(new JsonObject
        {
            ["user_name"] = user.UserName,
            ["forename"] = user.Forename,
            ["lastname"] = user.Lastname,
            ["email"] = user.Email,
            ["confirmed_at"] = user.ConfirmedAt,
            ["former_email"] = user.FormerEmail,
            ["created_at"] = user.CreatedAt,
            ["second_factor"] = user.TwoFactorEnabled,
            ["recovery_codes"] = codes,
            ["log_ins"] = sessions,
            ["cameras"] = cameras,
            ["shared_cameras"] = received,
        });
    }

    private static async Task AddAsync(Accounts accounts, string name, string email, CancellationToken cancellation) =>
        await accounts.AddAsync(name, email, await ReadPasswordAsync(cancellation), cancellation);

    private static async Task ChangePasswordAsync(Passwords passwords, User user, CancellationToken cancellation) =>
        await passwords.ChangeAsync(user.Id, await ReadPasswordAsync(cancellation), askingSession: null, cancellation);

    /// <summary>The password is typed or piped in: a command line can be seen by others, and stays in the shell's history.</summary>
    private static async Task<string> ReadPasswordAsync(CancellationToken cancellation) =>
        Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellation) ?? "" : await AskAsync(cancellation);

    /// <summary>Nothing is shown of what is typed.</summary>
    private static Task<string> AskAsync(CancellationToken cancellation) =>
        ErrorConsole.Open().PromptAsync(new TextPrompt<string>("New password:").Secret(mask: null), cancellation);

    /// <summary>The server finds the cameras gone by itself: from here nobody can tell it.</summary>
    private static async Task RemoveAsync(
        EvercamDb db, User user, TimeProvider clock, CommandOutput output, CancellationToken cancellation)
    {
        var actor = new Actor(user.Id, ClientKey: null, Source: null);
        var ended = await db.DeleteUserAsync(user.Id, share => actor.Ended(share, clock.GetUtcNow()), cancellation);
        await output.TellAsync($"{user.UserName} is removed, with {Count(ended?.Cameras.Count ?? 0, "camera")}");
        await output.TellAsync(new JsonObject { ["user_name"] = user.UserName, ["cameras"] = ended?.Cameras.Count ?? 0 });
    }

    private static string Count(int number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : "s")}");

    private static string? Day(long? second) =>
        second is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
}
