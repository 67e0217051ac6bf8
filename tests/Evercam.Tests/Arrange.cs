using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests;

/// <summary>Someone who can call.</summary>
public sealed record TestUser(long Key, string Name, string Password, string ApiId, string ApiKey)
{
    public string Email => $"{Name}@example.org";

    public AuthenticationHeaderValue Basic => BasicOf(Name, Password);

    /// <summary>The keys as a query, without its question mark.</summary>
    public string Keys => $"api_id={ApiId}&api_key={ApiKey}";

    public static AuthenticationHeaderValue BasicOf(string login, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}")));
}

/// <summary>What a test finds in place, in the domain's words. It is written into the database, as if it had always been
/// there.</summary>
public static class Arrange
{
    /// <summary>A user with a password that only this one has.</summary>
    public static async Task<TestUser> AddUserAsync(this EvercamApp app, string name, string? password = null)
    {
        var user = new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = $"{name}@example.org",
            NormalizedEmail = $"{name}@example.org".ToUpperInvariant(),
            Forename = name,
            Lastname = "Bloggs",
            Country = "ie",
            CreatedAt = 1_397_651_000,
            UpdatedAt = 1_397_651_000,
            SecurityStamp = Guid.NewGuid().ToString(),
            Credential = new() { ApiId = Hex(4), ApiKey = Hex(16) },
        };
        password ??= $"{name}:pässword";
        user.PasswordHash = app.Services.GetRequiredService<IPasswordHasher<User>>().HashPassword(user, password);
        await app.StoreAsync(async db =>
        {
            db.Add(user);
            await db.SaveChangesAsync();
        });
        return new(user.Id, name, password, user.Credential.ApiId, user.Credential.ApiKey);
    }

    /// <summary>A client application. It has keys, but no password.</summary>
    public static async Task<TestUser> AddClientAsync(this EvercamApp app, string name, params string[] callbackUris)
    {
        var client = new Client
        {
            Name = name,
            CallbackUris = [.. callbackUris],
            CreatedAt = 1_397_651_000,
            UpdatedAt = 1_397_651_000,
            Credential = new() { ApiId = Hex(10), ApiKey = Hex(16) },
        };
        await app.StoreAsync(async db =>
        {
            db.Add(client);
            await db.SaveChangesAsync();
        });
        return new(client.Key, name, "", client.Credential.ApiId, client.Credential.ApiKey);
    }

    /// <summary>A camera; its number.</summary>
    public static async Task<long> AddCameraAsync(
        this EvercamApp app, string id, TestUser owner, bool isPublic = false, string? macAddress = null)
    {
        var camera = new Camera
        {
            Key = CameraKeys.Next(TimeProvider.System),
            Id = id,
            Name = id,
            OwnerKey = owner.Key,
            IsPublic = isPublic,
            MacAddress = macAddress,
            CreatedAt = 1_397_651_000,
            UpdatedAt = 1_397_651_000,
        };
        await app.StoreAsync(async db =>
        {
            db.Add(camera);
            await db.SaveChangesAsync();
        });
        return camera.Key;
    }

    /// <summary>What is known of a camera's recording, from each second on, and nothing else. A server that has just started may say
    /// any moment that the camera is not recorded, from its start on: to the recorder these facts would then come too late to be
    /// believed.</summary>
    public static Task CoverAsync(this EvercamApp app, long camera, params (long Since, CoverageStatus Status)[] facts) =>
        app.StoreAsync(async db =>
        {
            db.AddRange(facts.Select(fact => new CoverageFact { CameraKey = camera, Since = fact.Since, Status = fact.Status }));
            await db.SaveChangesAsync();
            var seconds = facts.Select(fact => fact.Since).ToList();
            await db.Coverage.Where(fact => fact.CameraKey == camera && !seconds.Contains(fact.Since)).ExecuteDeleteAsync();
        });

    public static Task ShareAsync(this EvercamApp app, long camera, TestUser by, TestUser with, CameraRights rights) =>
        app.StoreAsync(async db =>
        {
            db.Add(new Share
            {
                CameraKey = camera,
                UserKey = with.Key,
                SharerKey = by.Key,
                Kind = ShareKind.Private,
                Rights = rights,
                CreatedAt = 1_397_651_000,
            });
            await db.SaveChangesAsync();
        });

    public static Task GrantAsync(
        this EvercamApp app,
        TestUser client,
        TestUser by,
        GrantedResource resource,
        CameraRights rights,
        long? camera = null) =>
        app.StoreAsync(async db =>
        {
            db.Add(new Grant
            {
                ClientKey = client.Key,
                UserKey = by.Key,
                Resource = resource,
                CameraKey = camera,
                Rights = rights,
                CreatedAt = 1_397_651_000,
            });
            await db.SaveChangesAsync();
        });

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
