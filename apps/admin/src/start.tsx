import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/query-client.js';
import { languageNow } from './i18n/language.js';
import { Look } from './look.js';
import { router } from './routes.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no root');
document.documentElement.lang = languageNow();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Look>
        <RouterProvider router={router} />
      </Look>
    </QueryClientProvider>
  </StrictMode>,
);
