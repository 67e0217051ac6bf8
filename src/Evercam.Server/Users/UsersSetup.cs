using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;

namespace Evercam.Server.Users;

/// <summary>Adds accounts.</summary>
internal static class UsersSetup
{
    /// <summary>What OWASP asks of PBKDF2 with HMAC-SHA512: a tenth of a second for each guess of a thief of the database.</summary>
    public const int PasswordIterations = 210_000;

    public static WebApplicationBuilder AddUsers(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
        builder.Services.AddOptions<SignUpOptions>().BindConfiguration(SignUpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SignUpRule>();
        builder.Services.AddSingleton<SignUpDoor>();
        builder.Services.AddSingleton<FirstAccount>();
        builder.Services.AddScoped<Accounts>();
        builder.Services.AddScoped<EmailClaims>();
        builder.Services.AddScoped<Passwords>();
        builder.Services.AddScoped<Locks>();
        builder.Services.AddScoped<TakeBack>();
        builder.Services.AddScoped<Remainders>();
        builder.Services.AddSingleton<ForgottenPasswords>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ForgottenPasswords>());
        builder.Services.AddScoped<Confirmations>();
        return builder;
    }

    /// <summary>Where nobody has an account, lets the first one be made. To be called once it is clear whether there is a
    /// demonstration, whose user is somebody, too.</summary>
    public static async Task OfferFirstAccountAsync(this WebApplication app, CancellationToken cancellation)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await app.Services.GetRequiredService<FirstAccount>().OfferAsync(scope.ServiceProvider.GetRequiredService<EvercamDb>(), cancellation);
    }
}
