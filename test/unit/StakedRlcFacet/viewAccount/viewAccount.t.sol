// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {Account as Books} from "../../../../contracts/types/Account.sol";

contract ViewAccount_Unit_Test is Market {
    function testFuzz_WhenTheAccountIsUnknown(uint160 key) external view {
        address account = address(uint160(bound(key, 1, 1 << 100)));
        // It should answer zeros.
        check(account, 0, 0);
    }

    function testFuzz_WhenTheAccountHasADeposit(uint256 amount) external {
        amount = bound(amount, 0, type(uint96).max - poco.totalSupply());
        uint256 supply = poco.totalSupply();
        _fund(anyone.addr, amount);

        // It should be free.
        check(anyone.addr, amount, 0);
        assertEq(poco.totalSupply(), supply + amount, "supply");
    }

    function testFuzz_GivenADealWasMade(uint256 volume) external {
        volume = bound(volume, 1, 1_000);
        _withVolume(volume);
        _matchOrders();

        // It should move what the payer pays from free to frozen.
        check(requester.addr, FUNDS - PRICE * volume, PRICE * volume);
        // It should move what the scheduler stakes from free to frozen.
        check(scheduler.addr, FUNDS - POOL_STAKE * volume, POOL_STAKE * volume);
        // It should hold what is frozen on the balance of the hub.
        check(address(poco), (PRICE + POOL_STAKE) * volume, 0);
    }

    function test_WhenAskedForWhatTheTokenIs() external view {
        // It should be Staked RLC with nine decimals.
        assertEq(poco.name(), "Staked RLC");
        assertEq(poco.symbol(), "SRLC");
        assertEq(poco.decimals(), 9);
    }

    function check(address account, uint256 free, uint256 frozen) private view {
        Books memory books = poco.viewAccount(account);
        assertEq(books.stake, free, "stake");
        assertEq(books.locked, frozen, "locked");
        assertEq(poco.balanceOf(account), free, "balanceOf");
        assertEq(poco.frozenOf(account), frozen, "frozenOf");
    }
}
