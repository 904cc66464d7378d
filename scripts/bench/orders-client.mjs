import { Pool } from 'undici';

/** The quickest way to the orders API that Node has: a pool of undici, and nothing around it. */
export function ordersOf(url) {
  const pool = new Pool(url, { connections: 64 });
  return {
    async look(number) {
      const { body } = await pool.request({ method: 'GET', path: `/orders/${number}` });
      return await body.json();
    },
    close: () => pool.destroy(),
  };
}
