export const options = () => ({ baseURL: "https://app.example.com" });
