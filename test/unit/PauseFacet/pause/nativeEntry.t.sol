// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IPause} from "../../../../contracts/interfaces/IPause.sol";
import {Native} from "../../../fixtures/Native.sol";

/// @dev What a pause closes where RLC is the chain's own coin.
contract NativeEntry_Unit_Test is Native {
    bytes private constant PAUSED = abi.encodeWithSelector(IPause.EntryPaused.selector);

    function setUp() public override {
        super.setUp();
        depositFor(requester.addr, 10);
        vm.prank(owner.addr);
        hub.pause();
    }

    function test_ShouldRefuseEveryDepositOfCoins() external {
        startHoax(requester.addr, 10 * WEI_PER_NRLC);

        vm.expectRevert(PAUSED);
        hub.deposit{value: WEI_PER_NRLC}();
        vm.expectRevert(PAUSED);
        hub.depositFor{value: WEI_PER_NRLC}(anyone.addr);
        vm.expectRevert(PAUSED);
        hub.depositForArray{value: WEI_PER_NRLC}(new uint256[](0), new address[](0));
        (bool success, bytes memory answer) = address(hub).call{value: WEI_PER_NRLC}("");
        assertFalse(success, "plain transfer");
        assertEq(answer, PAUSED, "reason");
    }

    function test_ShouldLetCoinsLeave() external {
        vm.startPrank(requester.addr);
        hub.withdraw(4);
        hub.withdrawTo(6, beneficiary.addr);

        assertEq(requester.addr.balance, 4 * WEI_PER_NRLC, "withdrawn");
        assertEq(beneficiary.addr.balance, 6 * WEI_PER_NRLC, "withdrawn to");
    }
}
